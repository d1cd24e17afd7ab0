#pragma once

#include "CoreMinimal.h"
#include "ILiveLinkSource.h"

#include <vector>

class ILiveLinkClient;

/** Hands the faces of this process on to Live Link: a subject for each component. For the game thread. */
class FVoxrigLiveLinkSource : public ILiveLinkSource
{
public:
	/** `ConnectionString`: the subjects that it takes, with commas; empty: all. */
	explicit FVoxrigLiveLinkSource(const FString& ConnectionString);

	static TSharedRef<FVoxrigLiveLinkSource> Make(const FString& ConnectionString);

	/** Adds one to Live Link where there is none. */
	static void EnsureThereIsOne();

	static void PublishCurves(FName Subject, const TArray<FName>& Names, const std::vector<float>& Values);

	/** Turns of head, left and right eye from rest, as the subject "..._Bones". */
	static void PublishBones(FName Subject, const FQuat (&Turns)[3]);

	/** With its bones. */
	static void RemoveSubject(FName Subject);

	//~ Begin ILiveLinkSource interface
	virtual void ReceiveClient(ILiveLinkClient* InClient, FGuid InSourceGuid) override;
	virtual bool IsSourceStillValid() const override;
	virtual bool RequestSourceShutdown() override;
	virtual FText GetSourceType() const override;
	virtual FText GetSourceMachineName() const override;
	virtual FText GetSourceStatus() const override;
	//~ End ILiveLinkSource interface

private:
	bool Takes(FName Subject) const;
	void PushCurves(FName Subject, const TArray<FName>& Names, const std::vector<float>& Values);
	void PushBones(FName Subject, const FQuat (&Turns)[3]);
	void Remove(FName Subject);

	ILiveLinkClient* Client = nullptr;
	FGuid SourceGuid;
	TArray<FName> Wanted;
	TSet<FName> Known;
};
