#include "VoxrigServerTest.h"

#include "VoxrigConnection.h"

struct FVoxrigServerTest::FImplementation
{
	voxrig::plugin::ConnectionTest Test{ std::make_unique<FVoxrigRunner>() };
};

FVoxrigServerTest::FVoxrigServerTest()
	: Implementation(MakeShared<FImplementation>())
{
}

FVoxrigServerTest::~FVoxrigServerTest() = default;

void FVoxrigServerTest::Begin(const FString& Host, int32 Port)
{
	Implementation->Test.begin(FVoxrigConnection::MakeEndpoint(Host, Port), voxrig::ClientThread::now());
}

bool FVoxrigServerTest::Poll()
{
	Implementation->Test.poll(voxrig::ClientThread::now());
	return Implementation->Test.is_over();
}

bool FVoxrigServerTest::HasWorked() const
{
	return Implementation->Test.worked();
}

FString FVoxrigServerTest::GetText() const
{
	return Voxrig::ToString(Implementation->Test.text());
}
