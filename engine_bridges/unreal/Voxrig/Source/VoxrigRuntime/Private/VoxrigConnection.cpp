#include "VoxrigConnection.h"

#include "CoreGlobals.h"
#include "HAL/RunnableThread.h"
#include "Misc/App.h"
#include "Misc/EngineVersion.h"

#include "VoxrigPerformer.h"
#include "VoxrigSettings.h"

FVoxrigRunner::~FVoxrigRunner()
{
	finish();
}

void FVoxrigRunner::begin(voxrig::ClientThread& Link)
{
	Client = &Link;
	Thread = FRunnableThread::Create(this, TEXT("VoxrigConnection"), 0, TPri_AboveNormal);
}

void FVoxrigRunner::finish()
{
	if (Thread != nullptr)
	{
		Thread->WaitForCompletion();
		delete Thread;
		Thread = nullptr;
	}
}

uint32 FVoxrigRunner::Run()
{
	Client->run();
	return 0;
}

void FVoxrigRunner::Stop()
{
	Client->request_stop();
}

FVoxrigConnection::FVoxrigConnection(const FString& Host, int32 Port)
	: Native(MakeEndpoint(Host, Port), std::make_unique<FVoxrigRunner>())
{
}

TSharedRef<FVoxrigConnection> FVoxrigConnection::Get(const FString& Host, int32 Port)
{
	static TMap<FString, TWeakPtr<FVoxrigConnection>> All;
	TWeakPtr<FVoxrigConnection>& Known = All.FindOrAdd(FString::Printf(TEXT("%s:%d"), *Host, Port));
	if (TSharedPtr<FVoxrigConnection> Connection = Known.Pin())
	{
		return Connection.ToSharedRef();
	}
	TSharedRef<FVoxrigConnection> Connection = MakeShared<FVoxrigConnection>(Host, Port);
	Known = Connection;
	return Connection;
}

void FVoxrigConnection::Poll()
{
	if (PolledFrame != GFrameCounter)
	{
		PolledFrame = GFrameCounter;
		Retired.Reset();
		Native.poll(voxrig::ClientThread::now());
	}
}

void FVoxrigConnection::Retire(const TSharedRef<FVoxrigPerformer, ESPMode::ThreadSafe>& Performer)
{
	Retired.Add(Performer);
}

voxrig::Endpoint FVoxrigConnection::MakeEndpoint(const FString& Host, int32 Port)
{
	voxrig::Endpoint Endpoint;
	Endpoint.host = Voxrig::FromString(Host);
	Endpoint.port = static_cast<std::uint16_t>(FMath::Clamp(Port, 1, 65535));
	Endpoint.client = Voxrig::FromString(FString::Printf(TEXT("%s, Unreal %s, Voxrig 0.1.0"), FApp::GetProjectName(),
		*FEngineVersion::Current().ToString(EVersionComponent::Patch)));
	const UVoxrigSettings* Settings = GetDefault<UVoxrigSettings>();
	Endpoint.token = Voxrig::FromString(Settings->Token);
	Endpoint.survival.window_seconds = FMath::Max(0.0f, Settings->ResumeSeconds);
	return Endpoint;
}
